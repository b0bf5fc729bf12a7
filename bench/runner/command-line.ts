import { parseArgs } from 'node:util'
import { type Pace, QUICK, THOROUGH } from './measure.js'

export interface CommandLine {
  /**
   * `check` runs everything once or twice and measures nothing. `render` writes the documents from the saved results.
   */
  readonly mode: 'measure' | 'check' | 'render' | 'help'
  /** The ids to run. Null for all of them. */
  readonly only: readonly string[] | null
  readonly pace: Pace
  /** False for a quick run, which prints its results and saves nothing. */
  readonly save: boolean
}

export const USAGE = `npm run bench -- [options]
  --only=id,id   these alone; the saved results of the others stay; webhooks is every id that begins with it
  --rounds=N     instead of ${THOROUGH.atLeastRounds} to ${THOROUGH.atMostRounds}
  --quick        ${QUICK.atMostRounds} rounds, and nothing is saved
  --render       measures nothing: writes docs/benchmarks.* from bench/results.json`

export function readCommandLine(args: readonly string[]): CommandLine {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string' },
      rounds: { type: 'string' },
      quick: { type: 'boolean', default: false },
      render: { type: 'boolean', default: false },
      check: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  return {
    mode: values.help ? 'help' : values.check ? 'check' : values.render ? 'render' : 'measure',
    only: values.only === undefined ? null : values.only.split(','),
    pace: paceOf(values.quick ? QUICK : THOROUGH, values.rounds),
    save: !values.quick,
  }
}

function paceOf(pace: Pace, rounds: string | undefined): Pace {
  if (rounds === undefined) return pace
  const count = Number(rounds)
  if (!Number.isInteger(count) || count < 1) throw new Error(`--rounds=${rounds}: a number from 1`)
  return { ...pace, atLeastRounds: count, atMostRounds: count }
}
