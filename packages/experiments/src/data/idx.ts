import { DataFileError, type ImageSplit } from './dataset';
import { readOfficial, type Integrity } from './files';
import type { OfficialFile } from './official';

const IMAGES = 0x0803;
const LABELS = 0x0801;
const SIDE = 28;
const CLASSES = 10;

/**
 * Reads a pair of IDX files of MNIST: images (unsigned bytes, three dimensions) and labels (one dimension).
 *
 * @param folder where the files lie, plain or as `.gz`
 * @throws DataFileError naming the file, what was expected and what was found
 *
 * Source: http://yann.lecun.com/exdb/mnist (the IDX format)
 */
export function readMnist(folder: string, [imageFile, labelFile]: readonly [OfficialFile, OfficialFile], integrity: Integrity): ImageSplit {
  const images = readIdx(folder, imageFile, IMAGES, integrity);
  const [count, height, width] = images.dimensions as [number, number, number];
  if (height !== SIDE || width !== SIDE) throw new DataFileError(images.file, `expected images of ${SIDE} x ${SIDE}, found ${height} x ${width}`);
  const labels = readIdx(folder, labelFile, LABELS, integrity);
  if (labels.dimensions[0] !== count) {
    throw new DataFileError(labels.file, `expected ${count} labels, one for each image of ${images.file}, found ${labels.dimensions[0]}`);
  }
  const wrong = labels.data.findIndex((label) => label >= CLASSES);
  if (wrong >= 0) throw new DataFileError(labels.file, `label ${wrong} is ${labels.data[wrong]}, expected 0 to ${CLASSES - 1}`);
  // With one channel CHW and HWC are the same order.
  return { images: new Uint8Array(images.data), labels: Int32Array.from(labels.data), count };
}

interface Idx {
  readonly file: string;
  readonly dimensions: number[];
  readonly data: Uint8Array;
}

function readIdx(folder: string, official: OfficialFile, magic: number, integrity: Integrity): Idx {
  const { file, bytes } = readOfficial(folder, official, integrity);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const rank = magic & 0xff;
  const header = 4 + 4 * rank;
  const found = bytes.length >= 4 ? view.getUint32(0) : undefined;
  if (found !== magic) {
    const meaning = found === IMAGES ? ' (an image file)' : found === LABELS ? ' (a label file)' : '';
    throw new DataFileError(file, `expected an IDX file of ${magic === IMAGES ? 'images' : 'labels'} with magic number ${magic}, found ${found ?? `${bytes.length} bytes`}${meaning}`);
  }
  if (bytes.length < header) throw new DataFileError(file, `truncated: expected a header of ${header} bytes, found ${bytes.length}`);
  const dimensions = Array.from({ length: rank }, (_, i) => view.getUint32(4 + 4 * i));
  const size = header + dimensions.reduce((product, dimension) => product * dimension, 1);
  if (bytes.length !== size || size === header) {
    throw new DataFileError(file, `expected ${size} bytes for ${dimensions.join(' x ')} values, found ${bytes.length}`);
  }
  return { file, dimensions, data: bytes.subarray(header) };
}
