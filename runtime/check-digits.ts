/** Check digits that several services look at. Pure (no clock, no I/O), so domain folders may use it. */

/**
 * Whether the last of the digits is the right one by ISO/IEC 7812-1, annex B: every second digit, starting before the
 * last one, is doubled, and the digits of all are added. Assumes that the text has only digits.
 */
export function isLuhn(digits: string): boolean {
  const sum = [...digits].reverse().reduce((total, digit, index) => {
    const value = Number(digit) * (index % 2 === 0 ? 1 : 2);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}

/** Whether the check digits of a text of digits and letters, which count as 10 to 35, are right by ISO 7064 MOD 97-10. */
export function isMod97(text: string): boolean {
  const digits = text.replaceAll(/[A-Z]/gi, (letter) => String(Number.parseInt(letter, 36)));
  return BigInt(digits) % 97n === 1n;
}

const NORWEGIAN_WEIGHTS = [3, 2, 7, 6, 5, 4, 3, 2];

/** Whether the text is a Norwegian organisation number: nine digits, the last of them a check digit by modulus 11. */
export function isNorwegianNumber(text: string): boolean {
  if (!/^[0-9]{9}$/.test(text) || text === '000000000') return false;
  const sum = NORWEGIAN_WEIGHTS.reduce((total, weight, index) => total + weight * Number(text[index]), 0);
  return (11 - (sum % 11)) % 11 === Number(text[8]);
}
