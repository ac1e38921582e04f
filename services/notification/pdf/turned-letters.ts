/** Letters of scripts that fontkit lays out from right to left, a whole run of them at a time. */
const TURNED = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Nko}\p{Script=Syriac}\p{Script=Thaana}]/gu;

/** How many letters of a text are of scripts that are written from right to left. */
export function countTurnedLetters(text: string): number {
  return text.match(TURNED)?.length ?? 0;
}
