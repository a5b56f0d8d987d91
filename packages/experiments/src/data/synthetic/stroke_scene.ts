import { PixelNoise } from './colour_scene';
import { GLYPHS } from './glyphs';
import type { ImageRandom } from './image_random';

const { ceil, cos, floor, hypot, max, min, sin } = Math;

const SIDE = 28;
/** Bytes of one image. */
export const STROKE_BYTES = SIDE * SIDE;
/** Height, width, channels. */
export const STROKE_SHAPE = [SIDE, SIDE, 1] as const;
/** The class names. */
export const STROKE_CLASSES: readonly string[] = GLYPHS.map((_, digit) => String(digit));

/**
 * Draws one 28 x 28 grey image: a handwritten-looking digit, light on dark, with a random affine pose, shaky points, pen width
 * and pressure, a stray stroke or two, and noise.
 */
export function drawStrokeScene(random: ImageRandom, label: number, target: Uint8Array, offset: number): void {
  const angle = random.normal(0, 0.22);
  const shear = random.normal(0, 0.22);
  const scaleX = random.uniform(6, 10.5);
  const scaleY = random.uniform(7.5, 11);
  const centreX = SIDE / 2 - 0.5 + random.uniform(-3.5, 3.5);
  const centreY = SIDE / 2 - 0.5 + random.uniform(-2.5, 2.5);
  const cosine = cos(angle);
  const sine = sin(angle);
  const bendX = random.normal(0, 0.12);
  const bendY = random.normal(0, 0.12);
  const ink = new Float32Array(STROKE_BYTES);
  const halfWidth = random.uniform(0.6, 1.7);
  const pressure = random.uniform(0.6, 1);

  for (const stroke of GLYPHS[label] as (typeof GLYPHS)[number]) {
    const points = stroke.map(([px, py]): [number, number] => {
      const x = (px + shear * py + bendX * py * py + random.normal(0, 0.045)) * scaleX;
      const y = (py + bendY * px * px + random.normal(0, 0.045)) * scaleY;
      return [centreX + x * cosine - y * sine, centreY + x * sine + y * cosine];
    });
    for (let i = 1; i < points.length; i++) drawSegment(ink, points[i - 1] as [number, number], points[i] as [number, number], halfWidth, pressure);
  }
  for (let strays = random.integer(3); strays > 0; strays--) {
    const from: [number, number] = [random.uniform(0, SIDE), random.uniform(0, SIDE)];
    const to: [number, number] = [from[0] + random.normal(0, 4), from[1] + random.normal(0, 4)];
    drawSegment(ink, from, to, random.uniform(0.4, 1.1), random.uniform(0.3, 0.9));
  }
  const noise = random.uniform(0, 30);
  const pixelNoise = new PixelNoise(random.uint32());
  for (let i = 0; i < STROKE_BYTES; i++) {
    target[offset + i] = min(max((ink[i] as number) * 255 + noise * pixelNoise.next(), 0), 255);
  }
}

/** Inks the pixels near a segment; overlapping segments keep the darker value, so joints leave no spots. */
function drawSegment(ink: Float32Array, [x0, y0]: [number, number], [x1, y1]: [number, number], halfWidth: number, pressure: number): void {
  const reach = halfWidth + 1;
  const left = max(0, floor(min(x0, x1) - reach));
  const right = min(SIDE - 1, ceil(max(x0, x1) + reach));
  const top = max(0, floor(min(y0, y1) - reach));
  const bottom = min(SIDE - 1, ceil(max(y0, y1) + reach));
  const dx = x1 - x0;
  const dy = y1 - y0;
  const squared = dx * dx + dy * dy || 1;
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const share = min(max(((x - x0) * dx + (y - y0) * dy) / squared, 0), 1);
      const distance = hypot(x - x0 - share * dx, y - y0 - share * dy);
      const value = pressure * min(max(halfWidth + 0.5 - distance, 0), 1);
      const at = y * SIDE + x;
      if (value > (ink[at] as number)) ink[at] = value;
    }
  }
}
