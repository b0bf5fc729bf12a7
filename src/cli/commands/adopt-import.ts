import type { ImportOptions } from '../../adoption/index.js'
import { exitCodes } from '../exit-code.js'
import { columns } from '../output/columns.js'
import { counted, oneLine } from '../output/text.js'
import { usageError } from '../usage-error.js'
import { adoptFlags, openHostTables, planLines, resultOf } from './adopt-shared.js'
import type { Command, CommandContext } from './command.js'
import { tenantOf } from './sync-shared.js'

export const adoptImport: Command = {
  name: 'adopt import',
  summary: 'bring your conversations and messages into the store, as history',
  words: [],
  flags: adoptFlags.filter((name) => name !== 'undo'),
  async run(context) {
    const { importConversations } = await import('../../adoption/index.js')
    const { plan, applied, verified } = await importConversations(await optionsOf(context)).run()
    if (applied === null || verified === null) {
      const { conversations, customers, messages, unreadable, inboxes } = plan
      return resultOf(0, { plan }, () => [
        columns([
          ['conversations', String(conversations)],
          ['customers', String(customers)],
          ['messages', String(messages)],
          ['name no customer', String(unreadable)],
          ['inboxes', String(inboxes)],
        ]),
        ...planLines(plan),
      ])
    }
    const { conversations, merged, messages, known, rejected, inboxes } = applied
    return resultOf(verified.ok ? exitCodes.done : exitCodes.pending, { plan, applied, verified }, () => [
      `${counted(conversations, 'conversation')} opened, ${merged} more of the same customers, ${counted(messages, 'message')} new, ${known} known`,
      `rejected: ${counted(rejected.conversations, 'conversation')}, ${counted(rejected.messages, 'message')}`,
      `inboxes: ${inboxes} connected, ${rejected.inboxes} rejected`,
      `compared ${counted(verified.sample.size, 'customer')}, ${verified.sample.differences.length} differ`,
      ...verified.sample.differences.map(({ accountId, oaId, customerId, what }) =>
        oneLine(`! ${accountId} ${oaId} ${customerId}: ${what}`),
      ),
      ...verified.problems.map((problem) => oneLine(`! ${problem}`)),
    ])
  },
}

async function optionsOf(context: CommandContext): Promise<ImportOptions> {
  const { database, conversations, messages, ...others } = context.settings.adoption?.import ?? {}
  const { common } = await openHostTables(context)
  const { databaseNamed } = await context.openHostDatabase(tenantOf(context))
  if (database !== undefined && databaseNamed === null)
    throw usageError('conversation-store.config: adoption.import.database', 'is for mongo; give conversations.schema')
  return {
    ...common,
    ...others,
    ...(database === undefined || databaseNamed === null ? {} : { db: databaseNamed(database) }),
    store: await context.openStore(tenantOf(context)),
    conversations: { ...common.conversations, ...conversations },
    ...(messages === undefined ? {} : { messages }),
  }
}
