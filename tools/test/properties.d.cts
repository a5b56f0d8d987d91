import type { IAsyncProperty, IProperty } from 'fast-check';

export interface CheckOptions {
  /** Cases in `npm test`. Default 100. */
  readonly sample?: number;
  /** Part of PROPERTY_CASES in a long run, for properties whose cases are slow. Default 1. */
  readonly share?: number;
}

export type Answer<Result> = { readonly result: Result; readonly refused?: undefined } | { readonly refused: Error };

/** Holds a property to its sample of cases, or to as many as the environment variable PROPERTY_CASES says. */
export function check<Values>(property: IProperty<Values>, options?: CheckOptions): void;
export function check<Values>(property: IAsyncProperty<Values>, options?: CheckOptions): Promise<void>;

/** Calls a function that may refuse its arguments; throws where it fails otherwise than by an Error that is meant for the user. */
export function answerOf<Result>(call: () => Result): Answer<Result>;

/** Throws where this is no Error meant for the user. */
export function requireRefusal(error: unknown): void;
