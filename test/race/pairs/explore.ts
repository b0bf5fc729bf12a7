import type { ContractBackend } from '../../../src/contract/index.js'
import type { Method } from '../../histories/call.js'
import { seededRandom, weighted } from '../../histories/random.js'
import { preparedStates } from './prepared-states.js'
import { racingCalls } from './racing-calls.js'
import { type Racer, raceTwo, type Trial } from './trial.js'
import { accounts } from './world-of-trial.js'

export interface Exploration {
  readonly seed: number
  /** How many trials a pair of calls gets that can wait for each other, and how many another one. */
  readonly trials: { readonly sharing: number; readonly others: number }
  /** The part of these trials that is made, as a sample of all. Default: 1. */
  readonly share?: number
  /** Only the pairs of these methods. Default: all pairs. */
  readonly only?: readonly string[] | undefined
}

const lanes = 4
const longestDelayMs = 3

/** Races all pairs of calls, prints the figures, and returns the violations in words: empty when there is none. */
export async function explorePairs(backend: ContractBackend, exploration: Exploration): Promise<string> {
  const started = performance.now()
  const trials = plan(exploration, backend.supportsEvents)
  const found = new Map<string, string[]>()
  let next = 0
  const lane = async (): Promise<void> => {
    for (let number = next++; number < trials.length; number = next++) {
      const trial = trials[number]
      const difference = trial && (await raceTwo(backend, trial, `r${number}`))
      if (!trial || difference === null) continue
      const pair = `${trial.a.method} × ${trial.b.method}`
      const told = `trial ${number}: ${described(trial)}\n${difference}`
      // A long run tells at once, because its end may be hours away.
      process.stdout.write(`${backend.name}: ${pair}, ${told}\n`)
      found.set(pair, [...(found.get(pair) ?? []), told])
    }
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  const count = [...found.values()].flat().length
  const seconds = ((performance.now() - started) / 1000).toFixed(0)
  process.stdout.write(
    `${backend.name}: ${pairsOf(trials)} pairs of calls, ${trials.length} trials in ${seconds} s (seed ${exploration.seed}), violations: ${count}\n`,
  )
  const shortest = (told: readonly string[]) => [...told].sort((x, y) => x.length - y.length)[0]
  return [...found].map(([pair, told]) => `seed ${exploration.seed}: ${told.length} × ${pair}\n${shortest(told)}`).join('\n\n')
}

function pairsOf(trials: readonly Trial[]): number {
  return new Set(trials.map(({ a, b }) => `${a.method} ${b.method}`)).size
}

function plan({ seed, trials, share = 1, only }: Exploration, hasTransactions: boolean): readonly Trial[] {
  const isPossible = ({ needsTransactions }: { readonly needsTransactions?: true }) => hasTransactions || !needsTransactions
  const methods = (Object.keys(racingCalls) as Method[]).filter(
    (method) => (only?.includes(method) ?? true) && isPossible(racingCalls[method]),
  )
  const states = preparedStates.filter(isPossible)
  const random = seededRandom(seed)
  // Two accounts meet only in the ownership of an inbox.
  const racer = (method: Method): Racer => {
    const isOfInbox = racingCalls[method].scope === 'inbox'
    return { method, input: random.below(840), account: isOfInbox ? random.pick(accounts) : accounts[0] }
  }
  const pairs = methods.flatMap((a, index) => methods.slice(index).map((b) => [a, b] as const))
  const all = pairs.flatMap(([a, b]) => {
    const isSharing = racingCalls[a].scope !== 'nothing' && racingCalls[a].scope === racingCalls[b].scope
    const trial = (): Trial => {
      return { state: weighted(random, states), a: racer(a), b: racer(b), delayMs: (random.next() * 2 - 1) * longestDelayMs }
    }
    return Array.from({ length: isSharing ? trials.sharing : trials.others }, trial)
  })
  return share < 1 ? all.filter(() => random.chance(share)) : all
}

function described({ state, a, b, delayMs }: Trial): string {
  const side = ({ method, input, account }: Racer) => `${method} ${input} of ${account}`
  return `${state.name}; ${side(a)}; ${side(b)}, ${delayMs.toFixed(2)} ms later`
}
