import type { Content } from '../report/pages';
import { RESNET_CLAIMS } from './claims_resnet';
import { SCORE_CLAIMS } from './claims_scores';
import { TRAINING_CLAIMS } from './claims_training';
import type { Claim } from './claim';
import type { Evidence } from './evidence';

/** Everything that the paper says or shows about the CNN and ResNet-50 and that the runs can bear on. */
export const CLAIMS: readonly Claim[] = [...SCORE_CLAIMS, ...TRAINING_CLAIMS, ...RESNET_CLAIMS];

/** The page "what the paper claims, what we find". */
export function claimsPage(evidence: Evidence): Content[] {
  const findings = CLAIMS.map((claim) => ({ claim, finding: claim.judge(evidence) }));
  return [
    { kind: 'paragraph', text: 'Each outcome follows from the finished runs by the rule stated with it; the rules were written before the runs, but for one that says so.' },
    { kind: 'table', header: ['the paper', 'outcome', 'in short'], rows: findings.map(({ claim, finding }) => [claim.claim, finding.outcome, finding.summary]) },
    ...findings.flatMap(({ claim, finding }): Content[] => [
      { kind: 'heading', text: claim.claim },
      { kind: 'list', items: [`Outcome: ${finding.outcome}. ${finding.summary}`, `Rule: ${claim.rule}`, ...(claim.background === null ? [] : [`Background: ${claim.background}`])] },
      ...finding.evidence
        .filter(({ rows }) => rows.length > 0)
        .flatMap(({ title, header, rows }): Content[] => [...(title === undefined ? [] : [{ kind: 'subheading' as const, text: title }]), { kind: 'table', header, rows }]),
    ]),
  ];
}
