const { abs, atan2, cos, hypot, max, min, PI, sin } = Math;

/**
 * A shape as a signed distance, about 1 in radius around the origin: negative inside, positive outside. Only the sign and the
 * values near the edge matter.
 */
export type Shape = (x: number, y: number) => number;

const ring: Shape = (x, y) => abs(hypot(x, y) - 0.72) - 0.24;
const box = (x: number, y: number, halfWidth: number, halfHeight: number): number => {
  const dx = abs(x) - halfWidth;
  const dy = abs(y) - halfHeight;
  return hypot(max(dx, 0), max(dy, 0)) + min(max(dx, dy), 0);
};

/** Distance to a regular polygon or star whose edge runs between `outer` and `inner` radii. */
const star = (points: number, inner: number): Shape => {
  const sector = PI / points;
  const ax = 1;
  const bx = inner * cos(sector);
  const by = inner * sin(sector);
  const length = hypot(bx - ax, by);
  return (x, y) => {
    let angle = atan2(y, x) % (2 * sector);
    if (angle < 0) angle += 2 * sector;
    if (angle > sector) angle = 2 * sector - angle;
    const radius = hypot(x, y);
    return ((radius * cos(angle) - ax) * by - radius * sin(angle) * (bx - ax)) / length;
  };
};

/** The ten shapes of the colour set, by class. */
export const SHAPES: readonly { readonly name: string; readonly shape: Shape }[] = [
  { name: 'disk', shape: (x, y) => hypot(x, y) - 0.85 },
  { name: 'ring', shape: ring },
  { name: 'square', shape: (x, y) => box(x, y, 0.75, 0.75) },
  { name: 'frame', shape: (x, y) => abs(box(x, y, 0.62, 0.62)) - 0.2 },
  { name: 'triangle', shape: star(3, 0.5) },
  { name: 'cross', shape: (x, y) => min(box(x, y, 0.95, 0.28), box(x, y, 0.28, 0.95)) },
  { name: 'star', shape: star(5, 0.42) },
  { name: 'crescent', shape: (x, y) => max(hypot(x, y) - 0.9, 0.75 - hypot(x - 0.45, y)) },
  { name: 'bars', shape: (x, y) => min(box(x, y - 0.55, 0.95, 0.24), box(x, y + 0.55, 0.95, 0.24)) },
  { name: 'arrow', shape: (x, y) => min(box(x + 0.35, y, 0.6, 0.2), max(abs(y) * 0.8 + x * 0.6 - 0.58, -x + 0.05)) },
];
