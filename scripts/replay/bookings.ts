import { createHash } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import { dateOfEpochDay } from '../../src/kernel/time.ts'
import { Client } from './client.ts'
import { type Common, onInterrupt, readCommon, readFile } from './command.ts'
import { type Driven, drive } from './drive.ts'
import { Ending } from './ending.ts'
import { setUp } from './hotel.ts'
import { Journal } from './journal.ts'
import { type Progress, showProgress } from './progress.ts'
import { compareWithLog, type Swept, sweep } from './proof.ts'
import { complaint, figuresOfRun, reportOf } from './report.ts'
import { Run } from './run.ts'
import { countInMemory, differences, type Step, schedule } from './schedule.ts'
import { readStays, type Stay } from './stays.ts'
import { readHappened } from './stream.ts'

const usage = 'Usage: npm run replay -- bookings <hotel_bookings.csv.gz> --hotel <name> --rooms <n>'

/**
 * Replays the bookings of a hotel on a running server and compares what came of them with a plain count.
 *
 * @returns the exit code: 0 when both agree row by row and no night was ever over capacity, else 1
 * @throws {Ending} 2 for arguments that cannot be used, 75 when the server is gone, 1 for an answer not foreseen
 */
export async function replayBookings(args: string[]): Promise<number> {
  const options = readOptions(args)
  const { hotel, rooms, json } = options
  const packed = readFile(options.log)
  const stays = staysOf(packed, options)
  const steps = schedule(stays)

  const log = createHash('sha256').update(packed).digest('hex')
  const journal = Journal.open(options.journal, { replay: 'bookings', log, hotel, rooms }, options.restart)
  const client = new Client(options.credentials.baseUrl)
  const progress = showProgress(steps.length, json)
  if (journal.resumed && !json) console.error('Goes on where the same command was broken off.')
  const stopAsking = onInterrupt(progress)
  try {
    const run = new Run(client, journal, options.credentials)
    const { driven, swept, seconds } = await play(run, hotel, rooms, stays, steps, progress)

    const foretold = countInMemory(steps, rooms)
    const figures = figuresOfRun(steps, driven, swept, seconds)
    const faults = [
      ...complaint('The server and a plain count disagree:', differences(stays, foretold, driven.outcomes)),
      ...complaint('The event stream does not prove it:', swept.faults),
    ]
    journal.keep('finished', figures)
    console.log(json ? JSON.stringify(figures) : reportOf(hotel, rooms, steps, figures))
    if (faults.length > 0) console.error(faults.join('\n'))
    else if (!json) console.log('Equal to a plain count row by row; no night was ever over capacity.')
    return faults.length > 0 ? 1 : 0
  } finally {
    stopAsking()
    progress.stop()
    client.close()
    journal.close()
  }
}

type Played = { driven: Driven; swept: Swept; seconds: number }

/** Asks for all of the log, then reads from the event stream what was taken when. */
async function play(
  run: Run,
  name: string,
  rooms: number,
  stays: Stay[],
  steps: Step[],
  progress: Progress,
): Promise<Played> {
  const hotel = await setUp(run, name, rooms, stays)
  const started = performance.now()
  const driven = await drive(run, hotel, steps, (done, day) => progress.at(done, dateOfEpochDay(day)))
  const seconds = (performance.now() - started) / 1000
  progress.stop()
  const events = await readHappened(run.client, run.credentials.adminKey, hotel.location)
  const swept = sweep(events, new Map([[hotel.pool, rooms]]))
  const faults = [...swept.faults, ...compareWithLog(events, swept, driven, hotel.pool)]
  return { driven, swept: { ...swept, faults }, seconds }
}

function staysOf(packed: Buffer, { log, hotel }: Options): Stay[] {
  let stays: Stay[]
  try {
    stays = readStays(gunzipSync(packed), hotel)
  } catch (error) {
    throw new Ending(2, `${log}: ${(error as Error).message}`)
  }
  if (stays.length === 0) throw new Ending(2, `${log} has no booking of the hotel "${hotel}".`)
  return stays
}

type Options = Common & { hotel: string; rooms: number }

function readOptions(args: string[]): Options {
  const options = readCommon(args, 'bookings', ['hotel', 'rooms'], usage)
  const { hotel } = options.own
  const rooms = Number(options.own.rooms)
  if (!hotel || !Number.isInteger(rooms) || rooms < 1) throw new Ending(2, usage)
  return { ...options, hotel, rooms }
}
