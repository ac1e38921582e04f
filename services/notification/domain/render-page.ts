import type { DocumentPage, PageFile } from './document-page.ts';
import type { Language } from './language.ts';
import type { Fact } from './mail.ts';
import type { PrintedDocument } from './printed-document.ts';
import { escapeHtml } from './render-html.ts';
import { TEXTS } from './texts.ts';

/** The one style of the page, which its policy has to allow. */
export const PAGE_STYLE = `
:root { color-scheme: light; --line: #d9d9d9; --soft: #5c5c5c }
* { box-sizing: border-box }
body { margin: 0; padding: 1.5rem 1rem 3rem; font: 16px/1.5 system-ui, sans-serif; color: #1c1c1c; background: #f3f3f1; overflow-wrap: anywhere }
main { max-width: 50rem; margin: 0 auto; padding: 1.5rem clamp(1rem, 5vw, 3rem) 2.5rem; background: #fff; border: 1px solid var(--line); border-radius: .5rem }
.logo { display: block; max-width: 14rem; max-height: 5rem; margin: 0 0 1.5rem }
.standing { margin: 0 0 1.5rem; padding: .6rem 1rem; border-left: .3rem solid; background: #f6f6f6 }
.done { border-color: #1c7c3c } .open { border-color: #2458a6 } .late { border-color: #b3261e } .over { border-color: #6b6b6b }
.parties { display: flex; flex-wrap: wrap; gap: 1rem 3rem; justify-content: space-between }
.parties p { margin: 0 } .issuer { color: var(--soft) } .issuer strong { color: #1c1c1c }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 1.75rem 0 1rem } h1 small { font-weight: normal; color: #b3261e }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1.5rem; margin: 1rem 0 } dt { color: var(--soft) } dd { margin: 0 }
table { width: 100%; border-collapse: collapse; margin: 1.5rem 0 0 } th { text-align: left; font-weight: 600 }
th, td { padding: .5rem 0; vertical-align: top; border-bottom: 1px solid var(--line) } small { color: var(--soft) }
th:last-child, td:last-child { text-align: right; white-space: nowrap; padding-left: 1.5rem; font-variant-numeric: tabular-nums }
.sums { width: auto; min-width: 55%; margin: .5rem 0 1.5rem auto } .sums td { border: 0; padding: .15rem 0 } .total td { font-weight: 600 }
form { display: flex; flex-wrap: wrap; gap: .75rem; margin: 1.75rem 0 }
button { font: inherit; padding: .6rem 1.2rem; border: 1px solid #2458a6; border-radius: .35rem; background: #fff; color: #2458a6; cursor: pointer }
button.main { background: #2458a6; color: #fff } .files { margin: 1.75rem 0 0; color: var(--soft) } .files a { color: #2458a6; margin-right: 1rem }
@media (max-width: 32rem) { dl { grid-template-columns: 1fr } dd { margin-bottom: .4rem } .sums { width: 100% } .sums tr { display: flex; flex-wrap: wrap; column-gap: .5rem } .sums td:last-child { margin-left: auto } }
@media print { body { background: none; padding: 0 } main { border: 0; padding: 0; max-width: none } form, .files { display: none } tr { break-inside: avoid } }
`;

/** The names of the files. */
const FILE_NAMES: Readonly<Record<PageFile, string>> = {
  pdf: 'PDF',
  'factur-x': 'Factur-X / ZUGFeRD',
  ubl: 'XML (UBL)',
  cii: 'XML (CII)',
};

/** What has to be known to render a page. */
export interface PageOptions {
  readonly language: Language;
  /** The last part of the page's URL. The page's own links begin with it, so that the page can be served below any path. */
  readonly token: string;
  /** URL of the seller's logo; empty when there is none. */
  readonly logoUrl: string;
}

/** The page of a document. All texts are plain and are escaped here. */
export function renderPage(
  { document, standing, files, isAsked }: DocumentPage,
  { language, token, logoUrl }: PageOptions,
): string {
  const { online } = TEXTS[language];
  const marking = document.marking === '' ? '' : ` <small>${escapeHtml(document.marking)}</small>`;
  const lines = [
    '<!doctype html>',
    `<html lang="${language}">`,
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="robots" content="noindex">',
    `<title>${escapeHtml(document.title)}</title>`,
    `<style>${PAGE_STYLE}</style>`,
    '</head>',
    '<body>',
    '<main>',
    // Without an alternative text, since the name of the seller is beside it.
    ...(logoUrl === '' ? [] : [`<img class="logo" alt="" src="${escapeHtml(logoUrl)}">`]),
    `<p class="standing ${standing.tone}"><strong>${escapeHtml(standing.label)}</strong><br>${escapeHtml(standing.sentences.join(' '))}</p>`,
    partiesOf(document),
    `<h1>${escapeHtml(document.title)}${marking}</h1>`,
    listOf(document.facts),
    itemsOf(document),
    sumsOf(document.sums),
    ...document.notes.map((note) => (note.kind === 'facts' ? listOf(note.facts) : `<p>${escapeHtml(note.text)}</p>`)),
    ...(isAsked
      ? [
          `<form method="post" action="${token}">`,
          `<button class="main" name="answer" value="accept">${escapeHtml(online.accept)}</button>`,
          `<button name="answer" value="decline">${escapeHtml(online.decline)}</button>`,
          '</form>',
        ]
      : []),
    `<p class="files">${escapeHtml(online.downloads)}: ${files.map((file) => `<a href="${token}/${file}" download>${FILE_NAMES[file]}</a>`).join(' ')}</p>`,
    '</main>',
    '</body>',
    '</html>',
  ];
  return `${lines.join('\n')}\n`;
}

function partiesOf({ issuer, recipient }: PrintedDocument): string {
  const [name = '', ...rest] = issuer;
  const seller = [`<strong>${escapeHtml(name)}</strong>`, ...rest.map(escapeHtml)].join('<br>');
  return `<div class="parties"><p>${recipient.map(escapeHtml).join('<br>')}</p><p class="issuer">${seller}</p></div>`;
}

function listOf(facts: readonly Fact[]): string {
  const rows = facts.map(({ label, value }) => `<dt>${escapeHtml(label)}</dt><dd>${escapeHtml(value)}</dd>`);
  return `<dl>${rows.join('')}</dl>`;
}

function itemsOf({ itemsHead, items }: PrintedDocument): string {
  const rows = items.map(
    ({ title, detail, amount }) =>
      `<tr><td>${escapeHtml(title)}<br><small>${escapeHtml(detail)}</small></td><td>${escapeHtml(amount)}</td></tr>`,
  );
  const head = `<tr><th>${escapeHtml(itemsHead.title)}</th><th>${escapeHtml(itemsHead.amount)}</th></tr>`;
  return ['<table>', `<thead>${head}</thead>`, '<tbody>', ...rows, '</tbody>', '</table>'].join('\n');
}

function sumsOf(sums: readonly Fact[]): string {
  const rows = sums.map(
    ({ label, value, isTotal }) =>
      `<tr${isTotal === true ? ' class="total"' : ''}><td>${escapeHtml(label)}</td><td>${escapeHtml(value)}</td></tr>`,
  );
  return ['<table class="sums">', ...rows, '</table>'].join('\n');
}
