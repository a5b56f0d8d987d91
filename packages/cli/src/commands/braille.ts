/** Dots of a braille character by row and column, as bits above U+2800. */
const DOTS = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
] as const;

/** A curve drawn with braille dots, the ends of its axes labelled. */
export function brailleChart(x: Float64Array, y: Float64Array, width: number, height: number): string {
  const [low, high] = [Math.min(...y), Math.max(...y)];
  const [left, right] = [x[0] ?? 0, x.at(-1) ?? 1];
  const labels = [high, low].map((value) => String(Number(value.toPrecision(4))));
  const margin = Math.max(...labels.map((label) => label.length));
  const columns = Math.max(10, width - margin - 2);
  const cells = Array.from({ length: height }, () => new Uint8Array(columns));
  // A constant lies in the middle.
  const across = (value: number) => Math.round(((value - left) / (right - left)) * (columns * 2 - 1));
  const down = (value: number) => (high === low ? height * 2 : Math.round(((high - value) / (high - low)) * (height * 4 - 1)));
  const dot = (column: number, row: number) => {
    const line = cells[row >> 2];
    if (line) line[column >> 1] = (line[column >> 1] ?? 0) | (DOTS[row & 3]?.[column & 1] ?? 0);
  };
  let before: number | undefined;
  for (let i = 0; i < x.length; i++) {
    const [column, row] = [across(x[i] ?? 0), down(y[i] ?? 0)];
    // Steep parts are lines, not dots apart.
    const [from, to] = [Math.min(row, before ?? row), Math.max(row, before ?? row)];
    for (let r = from; r <= to; r++) dot(column, r);
    before = row;
  }
  const lines = cells.map((line, i) => {
    const label = i === 0 ? labels[0] : i === height - 1 ? labels[1] : '';
    return `${(label ?? '').padStart(margin)} │${Array.from(line, (bits) => String.fromCharCode(0x2800 + bits)).join('')}`;
  });
  const [first, last] = [String(left), String(right)];
  return [...lines, `${' '.repeat(margin)} └${'─'.repeat(columns)}`, `${' '.repeat(margin + 2)}${first}${' '.repeat(Math.max(1, columns - first.length - last.length))}${last}`].join('\n');
}
