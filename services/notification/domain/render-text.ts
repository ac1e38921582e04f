import type { Block, MailDraft } from './mail.ts';

/** The plain text part of a mail. */
export function renderText(draft: MailDraft): string {
  return `${draft.blocks.map(renderBlock).join('\n\n')}\n`;
}

function renderBlock(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
      return block.text.replaceAll(/^-- $/gm, '--'); // nothing but the footer starts a signature
    case 'link':
      return block.url;
    case 'footer':
      return `-- \n${block.text}`; // programs know this line as the start of a signature
    case 'facts':
      return block.facts.map(({ label, value }) => `${label}: ${value}`).join('\n');
    case 'items':
      return block.items.map(({ title, detail, amount }) => `* ${title}\n  ${detail}\n  ${amount}`).join('\n');
  }
}
