import { drawn } from './element.js';
import type { Figure, Series } from './protocol.js';
import { linear, logarithmic } from './scale.js';

/** A run that is drawn. */
export interface Drawn {
  /** 0 to 7. */
  readonly colour: number;
  readonly series: Series;
}

type Quantity = Exclude<keyof Series, 'epoch'>;

const MARGIN = { left: 52, right: 10, top: 8, bottom: 24 };

/** Curves over the epochs, with a cursor that both charts share. */
export class Chart {
  #size = '';
  #epochs: (x: number) => number | undefined = () => undefined;

  /**
   * @param solid what is drawn as a line, `dashed` as a broken one
   * @param moved told where the pointer is: an epoch, or undefined
   */
  constructor(
    private readonly host: HTMLElement,
    private readonly name: string,
    private readonly solid: Quantity,
    private readonly dashed: Quantity,
    moved: (epoch: number | undefined) => void,
    resized: () => void,
  ) {
    host.addEventListener('pointermove', (event) => { moved(this.#epochs(event.clientX - host.getBoundingClientRect().left)); });
    host.addEventListener('pointerleave', () => { moved(undefined); });
    new ResizeObserver(() => {
      const size = `${String(host.clientWidth)} ${String(host.clientHeight)}`;
      if (size === this.#size) return;
      this.#size = size;
      resized();
    }).observe(host);
  }

  draw(runs: readonly Drawn[], log: boolean, cursor: number | undefined): void {
    const [width, height] = [Math.max(160, this.host.clientWidth), Math.max(120, this.host.clientHeight)];
    const svg = drawn('svg', { viewBox: `0 0 ${String(width)} ${String(height)}`, role: 'img', 'aria-label': this.#summary(runs) });
    const [left, right, top, bottom] = [MARGIN.left, width - MARGIN.right, MARGIN.top, height - MARGIN.bottom];
    const numbers = runs.flatMap(({ series }) => [series[this.solid], series[this.dashed]]).flatMap((values) => values.filter((value): value is number => value !== null));
    if (numbers.length === 0) svg.append(drawn('text', { x: width / 2, y: height / 2, class: 'nothing' }, runs.length === 0 ? 'no run is chosen' : 'no epoch is complete yet'));
    const x = linear(runs.flatMap(({ series }) => series.epoch), left, right, Math.max(2, Math.floor(width / 80)), true);
    const y = (log ? logarithmic : linear)(numbers, bottom, top, Math.max(2, Math.floor(height / 34)));
    for (const { value, text } of numbers.length > 0 ? y.ticks : []) {
      const at = y.at(value) ?? 0;
      svg.append(drawn('line', { x1: left, x2: right, y1: at, y2: at, class: 'rule' }), drawn('text', { x: left - 6, y: at + 4, 'text-anchor': 'end' }, text));
    }
    for (const { value, text } of numbers.length > 0 ? x.ticks : []) svg.append(drawn('text', { x: x.at(value) ?? 0, y: height - 8, 'text-anchor': 'middle' }, text));
    const place = (epoch: number, value: Figure) => {
      const [px, py] = [x.at(epoch), value === null ? undefined : y.at(value)];
      return px === undefined || py === undefined ? undefined : ([px, py] as const);
    };
    const point = cursor === undefined ? undefined : x.at(cursor);
    if (point !== undefined && numbers.length > 0) svg.append(drawn('line', { x1: point, x2: point, y1: top, y2: bottom, class: 'cursor' }));
    for (const { colour, series } of runs) {
      for (const [quantity, kind] of [[this.dashed, 'train'], [this.solid, '']] as const) {
        const points = series.epoch.map((epoch, i) => place(epoch, series[quantity][i] ?? null));
        svg.append(drawn('path', { d: pathOf(points), class: `curve ${kind} c${String(colour)}` }));
        // A point alone is no line.
        points.forEach((at, i) => {
          if (at && kind === '' && (points.length < 25 || (!points[i - 1] && !points[i + 1]))) svg.append(drawn('circle', { cx: at[0].toFixed(1), cy: at[1].toFixed(1), r: 2.2, class: `point c${String(colour)}` }));
        });
      }
    }
    this.host.replaceChildren(svg);
    const all = [...new Set(runs.flatMap(({ series }) => series.epoch))];
    this.#epochs = (at) => all.reduce<number | undefined>((best, epoch) => (best === undefined || Math.abs((x.at(epoch) ?? 0) - at) < Math.abs((x.at(best) ?? 0) - at) ? epoch : best), undefined);
  }

  #summary(runs: readonly Drawn[]): string {
    return `${this.name} of ${String(runs.length)} runs over the epochs; the table above has the numbers`;
  }
}

/** A line through points, broken where one is missing. */
function pathOf(points: readonly (readonly [number, number] | undefined)[]): string {
  let pen = 'M';
  let path = '';
  for (const point of points) {
    if (point) path += `${pen}${point[0].toFixed(1)} ${point[1].toFixed(1)}`;
    pen = point ? 'L' : 'M';
  }
  return path;
}
