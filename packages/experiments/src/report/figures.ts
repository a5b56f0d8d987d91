import type { TopLevelSpec } from 'vega-lite';

/** A figure: its file name, its title, and what to draw. */
export interface Figure {
  readonly name: string;
  readonly title: string;
  readonly specification: TopLevelSpec;
}

/** Draws a figure. @returns SVG text */
export async function drawSvg({ specification }: Figure): Promise<string> {
  const [vega, { compile }] = await Promise.all([import('vega'), import('vega-lite')]);
  const spec = compile(specification, { config: { background: 'white', font: 'DejaVu Sans, Helvetica, Arial, sans-serif' } }).spec;
  const view = new vega.View(vega.parse(spec), { renderer: 'none' });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}

/** Rasterises a figure at twice its size. */
export async function drawPng(svg: string): Promise<Uint8Array> {
  const { Resvg } = await import('@resvg/resvg-js');
  return new Resvg(svg, { fitTo: { mode: 'zoom', value: 2 }, font: { loadSystemFonts: true, defaultFontFamily: 'DejaVu Sans' } }).render().asPng();
}
