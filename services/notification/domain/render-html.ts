import type { Block, MailDraft } from './mail.ts';

/** The end of every mail. */
export const HTML_END = '</div>\n</body>\n</html>\n';

const STYLE = {
  body: 'margin:0;padding:24px;font:15px/1.5 system-ui,sans-serif;color:#1c1c1c',
  page: 'max-width:600px;margin:0 auto',
  table: 'border-collapse:collapse;margin:16px 0',
  label: 'padding:2px 24px 2px 0;color:#666',
  value: 'padding:2px 0;text-align:right',
  itemTable: 'border-collapse:collapse;margin:16px 0;width:100%',
  item: 'padding:8px 24px 8px 0;border-top:1px solid #ddd',
  amount: 'padding:8px 0;border-top:1px solid #ddd;text-align:right;vertical-align:top;white-space:nowrap',
  detail: 'color:#666;font-size:13px',
  footer: 'margin-top:24px;color:#666;font-size:13px',
} as const;

/** The HTML part of a mail. It loads nothing and has its styles inline, which all mail programs show alike. */
export function renderHtml(draft: MailDraft): string {
  const lines = [
    '<!doctype html>',
    `<html lang="${draft.language}">`,
    `<head><meta charset="utf-8"><title>${escapeHtml(draft.subject)}</title></head>`,
    `<body style="${STYLE.body}">`,
    `<div style="${STYLE.page}">`,
    ...draft.blocks.map(renderBlock),
  ];
  return `${lines.join('\n')}\n${HTML_END}`;
}

/** A link, laid out like the paragraphs of a mail. */
export function renderLink(label: string, url: string): string {
  return `<p><a href="${escapeHtml(url)}">${escapeHtml(label)}</a></p>`;
}

function renderBlock(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
      return `<p>${escapeHtml(block.text)}</p>`;
    case 'link':
      return `<p><a href="${escapeHtml(block.url)}">${escapeHtml(block.url)}</a></p>`;
    case 'footer':
      return `<p style="${STYLE.footer}">${escapeHtml(block.text)}</p>`;
    case 'facts':
      return renderTable(
        STYLE.table,
        block.facts.map(({ label, value }) => [
          `<td style="${STYLE.label}">${escapeHtml(label)}</td>`,
          `<td style="${STYLE.value}">${escapeHtml(value)}</td>`,
        ]),
      );
    case 'items':
      return renderTable(
        STYLE.itemTable,
        block.items.map(({ title, detail, amount }) => [
          `<td style="${STYLE.item}">${escapeHtml(title)}<br><span style="${STYLE.detail}">${escapeHtml(detail)}</span></td>`,
          `<td style="${STYLE.amount}">${escapeHtml(amount)}</td>`,
        ]),
      );
  }
}

function renderTable(style: string, rows: readonly (readonly string[])[]): string {
  return [`<table style="${style}">`, ...rows.map((cells) => `<tr>${cells.join('')}</tr>`), '</table>'].join('\n');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A text as HTML shows it, line breaks included. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '').replaceAll(/\r\n|\r|\n/g, '<br>');
}
