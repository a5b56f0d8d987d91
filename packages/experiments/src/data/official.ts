/** A file of an official release, as unpacked. */
export interface OfficialFile {
  readonly name: string;
  readonly size: number;
  readonly sha256: string;
}

/** A file to download: an archive of the official files, or one of them compressed. */
export interface OfficialDownload {
  readonly file: string;
  readonly size: number;
  readonly sha256: string;
  /** The official address first, then mirrors with identical bytes. */
  readonly urls: readonly string[];
}

/** An official release of a data set. */
export interface OfficialDataset {
  readonly title: string;
  /** The folder that the files lie in. */
  readonly folder: string;
  /** In the order of the images. */
  readonly train: readonly OfficialFile[];
  readonly test: readonly OfficialFile[];
  readonly downloads: readonly OfficialDownload[];
}

const CIFAR = 'https://www.cs.toronto.edu/~kriz';
const MNIST = ['https://storage.googleapis.com/cvdf-datasets/mnist', 'https://ossci-datasets.s3.amazonaws.com/mnist'];

const cifarBatch = (name: string, sha256: string): OfficialFile => ({ name, size: 10_000 * 3073, sha256 });
const mnistDownload = (file: string, size: number, sha256: string): OfficialDownload => ({ file, size, sha256, urls: MNIST.map((host) => `${host}/${file}`) });

/** The releases that the readers know, with the hashes of their files. */
export const OFFICIAL = {
  cifar10: {
    title: 'CIFAR-10',
    folder: 'cifar-10-batches-bin',
    train: [
      cifarBatch('data_batch_1.bin', 'cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5'),
      cifarBatch('data_batch_2.bin', 'a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed'),
      cifarBatch('data_batch_3.bin', 'bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67'),
      cifarBatch('data_batch_4.bin', '014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48'),
      cifarBatch('data_batch_5.bin', '755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add'),
    ],
    test: [cifarBatch('test_batch.bin', '8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b')],
    downloads: [
      {
        file: 'cifar-10-binary.tar.gz',
        size: 170_052_171,
        sha256: 'c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd',
        urls: [`${CIFAR}/cifar-10-binary.tar.gz`],
      },
    ],
  },
  cifar100: {
    title: 'CIFAR-100',
    folder: 'cifar-100-binary',
    train: [{ name: 'train.bin', size: 50_000 * 3074, sha256: 'f31298fc616915fa142368359df1c4ca2ae984d6915ca468b998a5ec6aeebf29' }],
    test: [{ name: 'test.bin', size: 10_000 * 3074, sha256: 'd8b1e6b7b3bee4020055f0699b111f60b1af1e262aeb93a0b659061746f8224a' }],
    downloads: [
      {
        file: 'cifar-100-binary.tar.gz',
        size: 168_513_733,
        sha256: '58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec',
        urls: [`${CIFAR}/cifar-100-binary.tar.gz`],
      },
    ],
  },
  mnist: {
    title: 'MNIST',
    folder: 'MNIST',
    train: [
      { name: 'train-images-idx3-ubyte', size: 47_040_016, sha256: 'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db' },
      { name: 'train-labels-idx1-ubyte', size: 60_008, sha256: '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5' },
    ],
    test: [
      { name: 't10k-images-idx3-ubyte', size: 7_840_016, sha256: '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7' },
      { name: 't10k-labels-idx1-ubyte', size: 10_008, sha256: 'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2' },
    ],
    downloads: [
      mnistDownload('train-images-idx3-ubyte.gz', 9_912_422, '440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609'),
      mnistDownload('train-labels-idx1-ubyte.gz', 28_881, '3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c'),
      mnistDownload('t10k-images-idx3-ubyte.gz', 1_648_877, '8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6'),
      mnistDownload('t10k-labels-idx1-ubyte.gz', 4_542, 'f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6'),
    ],
  },
} as const satisfies Record<string, OfficialDataset>;

/** Names of the official sets. */
export type OfficialName = keyof typeof OFFICIAL;
