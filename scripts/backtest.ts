// `npm run backtest -- <what> ...`: plays a recorded log through an estimator and writes what it would have announced.
//   wait <events.jsonl[.gz]> --out <predictions.jsonl>   the wait at each join that queued
//     --samples <n>    simulations for one announcement (400)
//     --seed <n>       of the simulation (1)
//   work <events.jsonl[.gz]> --out <predictions.jsonl>   what is left of a job at each stage it enters
// Exit codes: 0 done, 1 the log contradicts itself, 2 not understood.
import { backtestWait } from './backtest/wait.ts'
import { backtestWork } from './backtest/work.ts'
import { Ending } from './replay/ending.ts'

const [name = '', ...args] = process.argv.slice(2)
try {
  if (name === 'wait') await backtestWait(args)
  else if (name === 'work') await backtestWork(args)
  else throw new Ending(2, 'What is to be tested? One of: wait, work')
} catch (error) {
  if (!(error instanceof Ending)) throw error
  console.error(error.message)
  process.exitCode = error.exitCode
}
