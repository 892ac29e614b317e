/** One line of a log of work in progress; `t` in epoch ms. */
export type WorkEvent =
  | { t: number; type: 'open' | 'stage'; caseId: string; stage: string }
  | { t: number; type: 'done'; caseId: string }
