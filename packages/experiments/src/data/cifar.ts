import { DataFileError, type ImageSplit } from './dataset';
import { readOfficial, type Integrity } from './files';
import type { OfficialFile } from './official';

const SIDE = 32;
const CHANNELS = 3;
const PLANE = SIDE * SIDE;
const PIXELS = PLANE * CHANNELS;

/** Which of the two record formats of the binary version: label bytes before the 3,072 pixel bytes, the last of them the class. */
export interface CifarFormat {
  readonly labelBytes: number;
  readonly classes: number;
}

/** CIFAR-10: one label byte. */
export const CIFAR10: CifarFormat = { labelBytes: 1, classes: 10 };
/** CIFAR-100: a superclass byte (0..19), then a class byte. */
export const CIFAR100: CifarFormat = { labelBytes: 2, classes: 100 };

/**
 * Reads files of the CIFAR binary version: records of label bytes and 3,072 pixel bytes in CHW order (red, green, blue planes).
 *
 * @param folder where the files lie
 * @param files in the order of the images
 * @throws DataFileError naming the file, what was expected and what was found
 *
 * Source: https://www.cs.toronto.edu/~kriz/cifar.html
 */
export function readCifar(folder: string, files: readonly OfficialFile[], format: CifarFormat, integrity: Integrity): ImageSplit {
  const parts = files.map((official) => readOfficial(folder, official, integrity));
  const record = format.labelBytes + PIXELS;
  for (const { file, bytes } of parts) checkSize(file, bytes.length, format);
  const count = parts.reduce((sum, { bytes }) => sum + bytes.length / record, 0);
  const images = new Uint8Array(count * PIXELS);
  const labels = new Int32Array(count);
  let image = 0;
  for (const { file, bytes } of parts) {
    for (let start = 0; start < bytes.length; start += record, image++) {
      const label = bytes[start + format.labelBytes - 1] as number;
      if (label >= format.classes) {
        throw new DataFileError(file, `record ${start / record} has label ${label}, expected 0 to ${format.classes - 1}: not a CIFAR-${format.classes} file, or corrupt`);
      }
      labels[image] = label;
      planesToPixels(bytes, start + format.labelBytes, images, image * PIXELS);
    }
  }
  return { images, labels, count };
}

function checkSize(file: string, size: number, format: CifarFormat): void {
  const record = format.labelBytes + PIXELS;
  if (size > 0 && size % record === 0) return;
  const other = format === CIFAR10 ? CIFAR100 : CIFAR10;
  const mistaken = size > 0 && size % (other.labelBytes + PIXELS) === 0 ? `; its size fits CIFAR-${other.classes}` : '';
  const whole = Math.floor(size / record);
  throw new DataFileError(file, `expected records of ${record} bytes, found ${size} bytes: ${whole} records and ${size - whole * record} bytes more${mistaken}`);
}

/** CHW to HWC. */
function planesToPixels(source: Uint8Array, from: number, target: Uint8Array, to: number): void {
  for (let pixel = 0; pixel < PLANE; pixel++) {
    const at = to + pixel * CHANNELS;
    target[at] = source[from + pixel] as number;
    target[at + 1] = source[from + PLANE + pixel] as number;
    target[at + 2] = source[from + 2 * PLANE + pixel] as number;
  }
}
