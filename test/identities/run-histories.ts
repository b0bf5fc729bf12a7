import type { ContractBackend } from '../../src/contract/index.js'
import { createConversationStore } from '../../src/store/create-conversation-store.js'
import { shortest } from '../contract/model/shortest.js'
import type { NamedBackend } from './backends.js'
import { deliver } from './deliver.js'
import { readFound } from './found.js'
import type { Call, History } from './history.js'
import { outcomeOf, type Problem } from './outcome.js'
import { randomHistory } from './random-history.js'
import { answerRules } from './rules/answers.js'
import { partRules } from './rules/parts.js'
import { rowRules } from './rules/rows.js'

export interface HistoriesRun {
  readonly seed: number
  readonly histories: number
}

const lanes = 8
/** How long a shorter history that goes wrong is looked for. */
const patienceMs = 30_000
const processes = 2
const clockStart = Date.UTC(2026, 0, 1)

/** Runs histories on a backend that is opened for them. */
export async function runOn({ open }: NamedBackend, run: HistoriesRun): Promise<string> {
  const backend = await open()
  try {
    return await runHistories(backend, run)
  } finally {
    await backend.close()
  }
}

/**
 * Runs histories of people with many ids, several at once, and returns what is wrong with them: empty if nothing is.
 * The first history that goes wrong is told with the fewest of its calls that still go wrong.
 */
async function runHistories(backend: ContractBackend, { seed, histories }: HistoriesRun): Promise<string> {
  const adapters = Array.from({ length: processes }, () => backend.createAdapter())
  let runs = 0
  const run = async (history: History): Promise<readonly Problem[]> => {
    const accountId = `people-${history.seed}-${runs++}`
    let time = clockStart
    let ids = 0
    const accounts = adapters.map((adapter) =>
      createConversationStore({
        adapter,
        clock: () => new Date(++time),
        // A busy machine is no fault of the store.
        deadlineMs: 10 * 60_000,
        newId: () => `${accountId}-${String(++ids).padStart(5, '0')}`,
      }).forAccount(accountId),
    )
    const [account] = accounts
    if (account === undefined) return []
    const answers = await deliver(history, accounts)
    const outcome = outcomeOf(history, answers, await readFound(history, account, backend.raw))
    return [...partRules(outcome), ...rowRules(outcome), ...answerRules(outcome)]
  }

  let next = 0
  let failed: Failed | null = null
  const lane = async () => {
    while (next < histories && failed === null) {
      const history = randomHistory(seed + next++)
      const problems = await run(history)
      if (problems.length > 0) failed ??= { history, problems }
    }
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  return failed === null ? '' : told(failed, run)
}

interface Failed {
  readonly history: History
  readonly problems: readonly Problem[]
}

async function told({ history, problems }: Failed, run: (history: History) => Promise<readonly Problem[]>): Promise<string> {
  const list = (found: readonly Problem[]) => found.map((problem) => `${problem.rule}: ${problem.told}`)
  const [first] = list(problems)
  const end = performance.now() + patienceMs
  const goesWrong = async (calls: readonly Call[]) =>
    performance.now() < end && list(await run({ ...history, calls: complete(calls) })).some((line) => line === first)
  const calls = complete(await shortest(history.calls, goesWrong))
  const { seed, people, width, onClosed } = history
  return [
    `seed ${seed}, ${width} calls at once, onClosed ${JSON.stringify(onClosed)}`,
    ...list(problems),
    'of which these calls show:',
    ...list(await run({ ...history, calls })),
    ...people.map((person) => JSON.stringify(person)),
    ...calls.map((call) => JSON.stringify(call)),
  ].join('\n')
}

/** Without a call, those that must come after it are left out as well: the truth might be another one. */
function complete(calls: readonly Call[]): readonly Call[] {
  const ids = new Set(calls.map(({ id }) => id))
  const left = calls.filter(({ after }) => after.every((id) => ids.has(id)))
  return left.length === calls.length ? calls : complete(left)
}
