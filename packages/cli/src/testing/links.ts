import * as fs from 'node:fs';
import * as path from 'node:path';

/** The text of a page without what stands in code. */
const prose = (text: string): string => text.replaceAll(/^```[\s\S]*?^```$/gm, '').replaceAll(/`[^`\n]*`/g, (code) => ' '.repeat(code.length));

/** A heading's anchor, as GitHub makes it. */
function anchor(heading: string): string {
  const text = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
  return text.replaceAll(/[^\p{L}\p{N}\p{M}\-_ ]/gu, '').replaceAll(' ', '-');
}

function anchorsOf(file: string): ReadonlySet<string> {
  const text = fs.readFileSync(file, 'utf8').replaceAll(/^```[\s\S]*?^```$/gm, '');
  return new Set(Array.from(text.matchAll(/^#+ (.*)$/gm), ([, heading = '']) => anchor(heading)));
}

/** Where a page leads to: links and pictures, but those of other sites. */
export function linksOf(file: string): readonly string[] {
  const text = prose(fs.readFileSync(file, 'utf8'));
  const found = [...text.matchAll(/\]\(([^()\s]*(?:\([^()\s]*\))?[^()\s]*)\)/g), ...text.matchAll(/<img src="([^"]*)"/g)];
  return found.map(([, target = '']) => target).filter((target) => !/^[a-z]+:/.test(target));
}

/** Links of a page that lead nowhere. */
export function brokenLinks(file: string): readonly string[] {
  return linksOf(file).filter((link) => {
    const [target = '', heading] = link.split('#');
    const to = target === '' ? file : path.resolve(path.dirname(file), target);
    if (!fs.existsSync(to)) return true;
    return heading !== undefined && to.endsWith('.md') && !anchorsOf(to).has(heading);
  });
}

/** Listings that say which file they are from, and are not in it. */
export function staleListings(root: string, file: string): readonly string[] {
  const listings = fs.readFileSync(file, 'utf8').matchAll(/^<!-- from (\S+) -->\n```\w*\n([\s\S]*?)^```$/gm);
  return Array.from(listings).flatMap(([, source = '', listing = '']) => (fs.readFileSync(path.join(root, source), 'utf8').includes(listing) ? [] : [`${source}: ${listing.slice(0, 80)}`]));
}
