import type { Block } from './html';
import { markdownTable } from './table';

/** The blocks of a report as Markdown; figures are links to the files beside it. */
export function markdownPage(title: string, blocks: readonly Block[]): string {
  return `${[`# ${title}`, ...blocks.map(markdownBlock)].join('\n\n')}\n`;
}

function markdownBlock(block: Block): string {
  switch (block.kind) {
    case 'heading':
      return `## ${block.text}`;
    case 'subheading':
      return `### ${block.text}`;
    case 'paragraph':
      return block.text;
    case 'warning':
      return `> **Note:** ${block.text}`;
    case 'list':
      return block.items.map((item) => `* ${item}`).join('\n');
    case 'table':
      return markdownTable(block);
    case 'figure':
      return `![${block.title}](figures/${block.name}.svg)`;
  }
}
