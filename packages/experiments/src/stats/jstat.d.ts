/** The part of jStat that is used here; the package has no types. */
declare module 'jstat' {
  const jStat: {
    /** Student's t distribution with `freedom` degrees of freedom. */
    readonly studentt: { inv(probability: number, freedom: number): number; cdf(x: number, freedom: number): number };
  };
  export default jStat;
}
