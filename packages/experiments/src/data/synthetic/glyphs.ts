/** Points of a pen stroke in a square from (-1, -1), top left, to (1, 1). */
export type Stroke = readonly (readonly [x: number, y: number])[];

/** An arc of an ellipse, angles in quarter turns, clockwise from the right. */
const arc = (cx: number, cy: number, rx: number, ry: number, from: number, to: number, points = 9): Stroke =>
  Array.from({ length: points }, (_, i) => {
    const angle = ((from + ((to - from) * i) / (points - 1)) * Math.PI) / 2;
    return [cx + rx * Math.cos(angle), cy + ry * Math.sin(angle)] as const;
  });

/** Digit-like glyphs, by class. */
export const GLYPHS: readonly (readonly Stroke[])[] = [
  [arc(0, 0, 0.6, 0.95, -1, 3, 17)],
  [[[-0.3, -0.6], [0.05, -0.95], [0.05, 0.95]]],
  [[...arc(0, -0.45, 0.55, 0.5, -2, 0.5), [-0.6, 0.92], [0.65, 0.92]]],
  [arc(-0.05, -0.47, 0.55, 0.46, -1.8, 1), arc(-0.05, 0.47, 0.62, 0.48, -1, 1.8)],
  [[[0.2, -0.95], [-0.65, 0.3], [0.7, 0.3]], [[0.3, -0.25], [0.3, 0.95]]],
  [[[0.55, -0.92], [-0.4, -0.92], [-0.48, -0.12]], arc(-0.08, 0.4, 0.6, 0.54, -1.45, 1.75)],
  [[[0.4, -0.9], [-0.1, -0.5], [-0.5, 0.15], ...arc(0, 0.45, 0.52, 0.48, -2, 2)]],
  [[[-0.6, -0.9], [0.6, -0.9], [0, 0.2], [-0.2, 0.95]]],
  [arc(0, -0.48, 0.45, 0.45, -1, 3, 13), arc(0, 0.46, 0.55, 0.5, -1, 3, 13)],
  [[...arc(0, -0.42, 0.52, 0.5, 0, 4, 13), [0.45, 0.2], [0.2, 0.95]]],
];
