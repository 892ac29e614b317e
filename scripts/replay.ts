// `npm run replay -- <what> ...`: plays a recorded log against a running server, through its public API.
//   bookings <hotel_bookings.csv.gz> --hotel "City Hotel" --rooms 150
//   queue <events.jsonl.gz> --day 1 --days 5
//     --credentials <file>   where the server is and its keys (<DAWR_STATE or .dawr>/credentials.json)
//     --journal <file>       what was answered so far (replay-<what>.jsonl beside the credentials)
//     --restart              drops an unfinished run instead of resuming it
//     --json                 the figures as one JSON object on stdout, and nothing else there
// Exit codes: 0 as foretold, 1 not, 2 not understood, 75 the server is gone: the same command goes on.
import { replayBookings } from './replay/bookings.ts'
import { Ending } from './replay/ending.ts'
import { replayQueue } from './replay/queue.ts'

const subcommands: Record<string, (args: string[]) => Promise<number>> = {
  bookings: replayBookings,
  queue: replayQueue,
}

const [name = '', ...args] = process.argv.slice(2)
try {
  const run = Object.hasOwn(subcommands, name) ? subcommands[name] : undefined
  if (!run) throw new Ending(2, `What is to be replayed? One of: ${Object.keys(subcommands).join(', ')}`)
  process.exitCode = await run(args)
} catch (error) {
  if (!(error instanceof Ending)) throw error
  console.error(error.message)
  process.exitCode = error.exitCode
}
