import type { CommandStartedEvent, Db } from 'mongodb'

/** How the server explains one command that it was sent. */
export interface Explained {
  /** For example `find conversations`. */
  readonly command: string
  /** The stages of the winning plans. */
  readonly stages: ReadonlySet<string>
  readonly keysExamined: number
  readonly docsExamined: number
  /** Collections that were scanned, by a plan or by a lookup in a pipeline. */
  readonly collectionScans: number
}

const explainable = ['find', 'aggregate', 'findAndModify', 'update', 'delete']
const ofTheSession = [
  'lsid',
  '$db',
  '$clusterTime',
  'txnNumber',
  'autocommit',
  'startTransaction',
  'readConcern',
  'writeConcern',
  '$readPreference',
]

/** Explains every command that searches for something. A bulk is explained update by update. */
export async function explainAll(db: Db, commands: readonly CommandStartedEvent[]): Promise<readonly Explained[]> {
  const explained: Explained[] = []
  for (const { commandName, command } of commands.filter((each) => explainable.includes(each.commandName))) {
    const own = Object.fromEntries(Object.entries(command).filter(([field]) => !ofTheSession.includes(field)))
    for (const each of oneByOne(own)) {
      const answer = await db.command({ explain: each, verbosity: 'executionStats' })
      explained.push({ command: `${commandName} ${command[commandName]}`, ...figuresOf(answer) })
    }
  }
  return explained
}

function oneByOne(command: Record<string, unknown>): readonly Record<string, unknown>[] {
  const [field] = ['updates', 'deletes'].filter((name) => name in command)
  if (field === undefined) return [command]
  return (command[field] as unknown[]).map((statement) => ({ ...command, [field]: [statement] }))
}

function figuresOf(answer: unknown): Omit<Explained, 'command'> {
  const stages = new Set<string>()
  const sums = { totalKeysExamined: 0, totalDocsExamined: 0, collectionScans: 0 }
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    for (const [key, each] of Object.entries(value)) {
      if (key === 'rejectedPlans' || key === 'allPlansExecution' || key === 'command') continue
      if (key === 'stage' && typeof each === 'string') stages.add(each)
      else if (key in sums) sums[key as keyof typeof sums] += Number(each)
      else walk(each)
    }
  }
  walk(answer)
  const scans = sums.collectionScans + (stages.has('COLLSCAN') ? 1 : 0)
  return { stages, keysExamined: sums.totalKeysExamined, docsExamined: sums.totalDocsExamined, collectionScans: scans }
}
