/** Diagnostics of policies: what is found is told with the codes of policies. */

import type { Collector as CollectorOf, Report as ReportOf } from '../syntax/report.ts';
import type { PolicyErrorCode } from './errors.ts';

export type { Located, Problem, Span } from '../syntax/report.ts';

/** Where checks put what they find. */
export type Report = ReportOf<PolicyErrorCode>;

/** A Report that remembers. */
export type Collector = CollectorOf<PolicyErrorCode>;
