import type { Diagnosis } from '../../migrator/databases.js'
import { exitCodeOf, exitCodes } from '../exit-code.js'
import { columns } from '../output/columns.js'
import { oneLine } from '../output/text.js'
import type { Command, CommandContext } from './command.js'
import { everyCommandsFlags } from './shared-flags.js'
import { tenantFlag, tenantOf } from './sync-shared.js'

export const doctor: Command = {
  name: 'doctor',
  summary: 'look at the server: version, rights, transactions, indexes, clock',
  words: [],
  flags: [...tenantFlag, ...everyCommandsFlags],
  flagHelp: { tenant: 'the tenant whose guards against doubles are looked at' },
  async run(context) {
    const tenantId = tenantOf(context)
    const found = await context.migrator.doctor()
    const guards = await guardDiagnoses(context, tenantId)
    const report = { ...found, diagnoses: [...found.diagnoses, ...guards] }
    const rows = report.diagnoses.map(({ check, state, found: what }) => [check, state, what].map(oneLine))
    const exitCode = guards.some(({ state }) => state === 'problem') ? exitCodes.error : exitCodeOf(found.verdict)
    return { exitCode, report, text: () => columns([['CHECK', 'STATE', ''], ...rows]) }
  },
}

/**
 * Whether what the adoption made against doubles in the host's own tables still stands. A platform is asked only if its
 * configuration names such tables, or somebody names a tenant: `adopt` works in the database of one too.
 */
async function guardDiagnoses({ settings, openHostDatabase }: CommandContext, tenantId: string | null): Promise<readonly Diagnosis[]> {
  const { adoption } = settings
  if (settings.scope !== 'store' && adoption === undefined && tenantId === null) return []
  const { db, schema } = await openHostDatabase(tenantId)
  // The command's other parts start without the adoption.
  const { droppedOf, guardsOf } = await import('../../adoption/dropped-guards.js')
  const guards = await guardsOf(db, adoption?.conversations?.schema ?? schema ?? undefined)
  const diagnoses: Diagnosis[] = []
  for (const guard of await guards.all()) {
    const problems = await droppedOf(db, guard)
    const check = `doubles in ${guard.table}`
    diagnoses.push(
      problems.length === 0
        ? { check, state: 'ok', found: 'no second active conversation can come' }
        : { check, state: 'problem', found: problems.join(' ') },
    )
  }
  return diagnoses
}
