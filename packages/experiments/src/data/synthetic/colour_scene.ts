import type { ImageRandom } from './image_random';
import { SHAPES, type Shape } from './shapes';

const { cos, floor, imul, max, min, PI, sin, abs } = Math;

const SIDE = 32;
const CHANNELS = 3;
/** Bytes of one image. */
export const COLOUR_BYTES = SIDE * SIDE * CHANNELS;
/** Height, width, channels. */
export const COLOUR_SHAPE = [SIDE, SIDE, CHANNELS] as const;
/** The class names. */
export const COLOUR_CLASSES: readonly string[] = SHAPES.map(({ name }) => name);

type Colour = readonly [number, number, number];

/**
 * Draws one 32 x 32 colour image: a textured shape in a random pose before a cluttered background.
 *
 * The class decides the shape exactly, and shifts hue and texture only on average, so that a linear model finds a part of it, and
 * more of it takes features that stand rotation, scale, position, colour, occlusion and noise.
 */
export function drawColourScene(random: ImageRandom, label: number, target: Uint8Array, offset: number): void {
  const { shape } = SHAPES[label] as (typeof SHAPES)[number];
  const classes = SHAPES.length;
  // Hues of neighbouring classes overlap widely: 0.1 apart, with a deviation of 0.13.
  const hue = random.normal(label / classes, 0.13);
  const foreground = fromHue(hue, random.uniform(0.25, 0.95), random.uniform(0.35, 1));
  const background = new Background(random);
  const clutter = Array.from({ length: 1 + random.integer(3) }, () => new Figure(random, SHAPES[random.integer(classes)]?.shape ?? shape, random.uniform(1.5, 3.5), 16));
  const clutterColours = clutter.map(() => fromHue(random.uniform(), random.uniform(0.1, 0.9), random.uniform(0.2, 1)));
  const figure = new Figure(random, shape, random.uniform(7.5, 13), 4.5);
  const frequency = random.uniform(0.5, 1.1) + 0.09 * ((label * 3) % classes);
  const texture = random.uniform(0, 0.3);
  const phase = random.uniform(0, 2 * PI);
  const light = random.uniform(-0.012, 0.012);
  const noise = random.uniform(6, 26);
  const noiseState = new PixelNoise(random.uint32());
  const occluder = random.chance(0.25) ? new Occluder(random) : undefined;

  for (let y = 0, at = offset; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++, at += CHANNELS) {
      let [r, g, b] = background.at(x, y);
      for (let i = 0; i < clutter.length; i++) {
        const cover = (clutter[i] as Figure).cover(x, y);
        if (cover > 0) [r, g, b] = mix([r, g, b], clutterColours[i] as Colour, cover);
      }
      const cover = figure.cover(x, y);
      if (cover > 0) {
        const wave = 1 + texture * sin(frequency * figure.along + phase);
        [r, g, b] = mix([r, g, b], [foreground[0] * wave, foreground[1] * wave, foreground[2] * wave], cover);
      }
      if (occluder?.covers(x, y)) [r, g, b] = occluder.colour;
      const shade = 255 * (1 + light * (x + y - SIDE));
      target[at] = clamp(r * shade + noise * noiseState.next());
      target[at + 1] = clamp(g * shade + noise * noiseState.next());
      target[at + 2] = clamp(b * shade + noise * noiseState.next());
    }
  }
}

/** A shape with centre, size and rotation. */
class Figure {
  /** The last point's coordinate along the rotated first axis, in pixels. */
  along = 0;
  readonly #centreX: number;
  readonly #centreY: number;
  readonly #cosine: number;
  readonly #sine: number;

  constructor(
    random: ImageRandom,
    private readonly shape: Shape,
    private readonly radius: number,
    spread: number,
  ) {
    this.#centreX = SIDE / 2 - 0.5 + random.uniform(-spread, spread);
    this.#centreY = SIDE / 2 - 0.5 + random.uniform(-spread, spread);
    const angle = random.uniform(0, 2 * PI);
    this.#cosine = cos(angle);
    this.#sine = sin(angle);
  }

  /** Share of the pixel that lies inside, 0 to 1. */
  cover(x: number, y: number): number {
    const dx = x - this.#centreX;
    const dy = y - this.#centreY;
    const reach = 1.5 * this.radius + 1;
    if (dx * dx + dy * dy > reach * reach) return 0;
    this.along = dx * this.#cosine + dy * this.#sine;
    const across = dy * this.#cosine - dx * this.#sine;
    const distance = this.shape(this.along / this.radius, across / this.radius) * this.radius;
    return min(max(0.5 - distance, 0), 1);
  }
}

const GRID = 5;

/** Two colours, blended by smooth noise on a coarse grid. */
class Background {
  readonly #low: Colour;
  readonly #high: Colour;
  readonly #grid: readonly number[];

  constructor(random: ImageRandom) {
    this.#low = fromHue(random.uniform(), random.uniform(0, 0.7), random.uniform(0.1, 0.9));
    this.#high = fromHue(random.uniform(), random.uniform(0, 0.7), random.uniform(0.1, 0.9));
    this.#grid = Array.from({ length: GRID * GRID }, () => random.uniform());
  }

  at(x: number, y: number): Colour {
    const u = (x * (GRID - 1)) / SIDE;
    const v = (y * (GRID - 1)) / SIDE;
    const column = floor(u);
    const row = floor(v);
    const cell = row * GRID + column;
    const grid = this.#grid as number[];
    const top = (grid[cell] as number) + (u - column) * ((grid[cell + 1] as number) - (grid[cell] as number));
    const bottom = (grid[cell + GRID] as number) + (u - column) * ((grid[cell + GRID + 1] as number) - (grid[cell + GRID] as number));
    return mix(this.#low, this.#high, top + (v - row) * (bottom - top));
  }
}

/** A bar across the image, in front of everything. */
class Occluder {
  readonly colour: Colour;
  readonly #cosine: number;
  readonly #sine: number;
  readonly #offset: number;
  readonly #halfWidth: number;

  constructor(random: ImageRandom) {
    const angle = random.uniform(0, PI);
    this.#cosine = cos(angle);
    this.#sine = sin(angle);
    this.#offset = random.uniform(-9, 9);
    this.#halfWidth = random.uniform(0.8, 2.5);
    this.colour = fromHue(random.uniform(), random.uniform(0, 0.6), random.uniform(0.1, 0.9));
  }

  covers(x: number, y: number): boolean {
    const distance = (x - SIDE / 2) * this.#cosine + (y - SIDE / 2) * this.#sine - this.#offset;
    return abs(distance) < this.#halfWidth;
  }
}

/** Cheap noise for single pixels: a linear congruential generator, two draws summed to a triangle on (-1, 1). */
export class PixelNoise {
  constructor(private state: number) {}

  next(): number {
    this.state = (imul(this.state, 1664525) + 1013904223) >>> 0;
    // The high bits of such a generator are its good ones.
    return (this.state >>> 20) / 4096 + ((this.state >>> 8) & 0xfff) / 4096 - 1;
  }
}

function fromHue(hue: number, saturation: number, value: number): Colour {
  const channel = (shift: number): number => {
    const k = (((shift + hue * 6) % 6) + 6) % 6;
    return value - value * saturation * max(0, min(k, 4 - k, 1));
  };
  return [channel(5), channel(3), channel(1)];
}

const mix = (from: Colour, to: Colour, share: number): Colour => [from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1]), from[2] + share * (to[2] - from[2])];

const clamp = (value: number): number => (value < 0 ? 0 : value > 255 ? 255 : value);
