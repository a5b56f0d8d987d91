import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import type { OfficialFile } from '../official';

/** A file of a model on the hub. */
export interface HubFile extends OfficialFile {
  /** Its name in the hub's cache: git's hash, or SHA-256 of a file that is kept outside git. */
  readonly blob: string;
}

/** A model on the hub, at one commit. */
export interface HubModel {
  readonly title: string;
  /** owner/name. */
  readonly repository: string;
  readonly commit: string;
  readonly files: readonly HubFile[];
}

/** What the paper fine-tunes. */
export const BERT_BASE_UNCASED: HubModel = {
  title: 'bert-base-uncased',
  repository: 'google-bert/bert-base-uncased',
  commit: '86b5e0934494bd15c9632b12f734a8a67f723594',
  files: [
    { name: 'config.json', size: 570, sha256: '7160e1553ad2ca51d8c1cb066be533db31826e12d173824c1bb0cb1a4f187d20', blob: '45a2321a7ecfdaaf60a6c1fd7f5463994cc8907d' },
    { name: 'vocab.txt', size: 231_508, sha256: '07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3', blob: 'fb140275c155a9c7c5a3b3e0e77a9e839594a938' },
    { name: 'model.safetensors', size: 440_449_768, sha256: '68d45e234eb4a928074dfd868cead0219ab85354cc53d20e772753c6bb9169d3', blob: '68d45e234eb4a928074dfd868cead0219ab85354cc53d20e772753c6bb9169d3' },
  ],
};

type Environment = Readonly<Record<string, string | undefined>>;

/** The hub's cache, where its own client has it. */
export function hubCache(environment: Environment): string {
  const cache = environment['XDG_CACHE_HOME'] ?? path.join(environment['HOME'] ?? os.homedir(), '.cache');
  return environment['HF_HUB_CACHE'] ?? path.join(environment['HF_HOME'] ?? path.join(cache, 'huggingface'), 'hub');
}

/** The folder of a model's files in the hub's cache, whether or not it is there. */
export function snapshotFolder(model: HubModel, environment: Environment): string {
  return path.join(modelFolder(model, environment), 'snapshots', model.commit);
}

/** The folder with all of its files; undefined where one is missing. */
export function findSnapshot(model: HubModel, environment: Environment): string | undefined {
  const folder = snapshotFolder(model, environment);
  return model.files.every(({ name }) => fs.existsSync(path.join(folder, name))) ? folder : undefined;
}

/**
 * Downloads a model into the hub's cache, in its layout, so that transformers finds it there too: `blobs/<hash>`, and
 * `snapshots/<commit>/<name>`, which are links to them. Every file is compared with its SHA-256; interrupted downloads are resumed.
 *
 * @returns its folder
 * @throws Error where the hub does not answer, or what came is not the file
 */
export async function fetchSnapshot(model: HubModel, environment: Environment): Promise<string> {
  const { downloadFile } = await import('@cuda-activations/runtime');
  const root = modelFolder(model, environment);
  const folder = snapshotFolder(model, environment);
  const hub = (environment['HF_ENDPOINT'] ?? 'https://huggingface.co').replace(/\/$/, '');
  for (const directory of [path.join(root, 'blobs'), path.join(root, 'refs'), folder]) fs.mkdirSync(directory, { recursive: true });
  for (const { name, size, sha256, blob } of model.files) {
    const target = path.join(root, 'blobs', blob);
    if (!fs.existsSync(target)) await downloadFile({ file: name, size, sha256, urls: [`${hub}/${model.repository}/resolve/${model.commit}/${name}`] }, target, { label: name, environment });
    const link = path.join(folder, name);
    if (!fs.existsSync(link)) {
      // A link to a blob that was removed is in the way.
      fs.rmSync(link, { force: true });
      fs.symlinkSync(path.join('..', '..', 'blobs', blob), link);
    }
  }
  const ref = path.join(root, 'refs', 'main');
  if (!fs.existsSync(ref)) fs.writeFileSync(ref, model.commit);
  return folder;
}

function modelFolder({ repository }: HubModel, environment: Environment): string {
  return path.join(hubCache(environment), `models--${repository.replaceAll('/', '--')}`);
}
