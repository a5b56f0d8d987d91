import type { BertRunConfig } from './config';
import type { BertSubject } from './subject';
import { loadTexts, type Texts } from './texts';
import { TokenData } from './token_data';

/** The sentences of the latest run, and their split by its seed. Runs that follow each other mostly share both. */
export class TextCache {
  #texts: { readonly key: string; readonly texts: Texts } | undefined;
  #tokens: { readonly key: string; readonly data: TokenData } | undefined;

  /** The sentences of an experiment. */
  async texts(subject: BertSubject, config: BertRunConfig, print?: (line: string) => void): Promise<Texts> {
    const { dataset, dataDir, integrity, syntheticTrain, syntheticDev, weights, vocabulary } = config;
    const key = JSON.stringify([subject.task, dataset, dataDir, integrity, syntheticTrain, syntheticDev, weights, vocabulary]);
    if (this.#texts?.key !== key) {
      this.#tokens = undefined;
      this.#texts = { key, texts: await loadTexts(subject, config, print) };
    }
    return this.#texts.texts;
  }

  /** Their split by a seed. */
  async tokens(subject: BertSubject, config: BertRunConfig, seed: number): Promise<TokenData> {
    const texts = await this.texts(subject, config);
    const { lengths, maxLength, evaluationLimit, trainLimit, holdout } = config;
    const key = JSON.stringify([seed, lengths, maxLength, evaluationLimit, trainLimit, holdout]);
    if (this.#tokens?.key !== key) this.#tokens = { key, data: new TokenData(texts, config, seed) };
    return this.#tokens.data;
  }
}
