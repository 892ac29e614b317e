import { Presets, SingleBar } from 'cli-progress'

export type Progress = { at: (done: number, day: string) => void; stop: () => void }

const silent: Progress = { at: () => {}, stop: () => {} }

/** A bar on a terminal; a line per tenth of the way where stderr goes elsewhere; nothing when `quiet`. */
export function showProgress(total: number, quiet: boolean): Progress {
  if (quiet || total === 0) return silent
  return process.stderr.isTTY ? bar(total) : lines(total)
}

function bar(total: number): Progress {
  const shown = new SingleBar(
    { format: '{bar} {percentage}% · {day} · {eta_formatted} to go', gracefulExit: false },
    Presets.shades_classic,
  )
  shown.start(total, 0, { day: '' })
  return { at: (done, day) => shown.update(done, { day }), stop: () => shown.stop() }
}

function lines(total: number): Progress {
  const tenth = (done: number) => Math.floor((10 * done) / total)
  let said: number | undefined
  return {
    at: (done, day) => {
      said ??= tenth(done)
      if (tenth(done) <= said) return
      said = tenth(done)
      console.error(`${said * 10}% · ${day}`)
    },
    stop: () => {},
  }
}
