import type { OperatorCalls } from '../../store/operator-calls.js'
import type { KeptWebhook } from '../../store/webhook-journal-port.js'
import { everyAccount } from '../every-account.js'
import { columns } from '../output/columns.js'
import { counted, oneLine } from '../output/text.js'
import type { Command, CommandContext } from './command.js'
import { everyCommandsFlags } from './shared-flags.js'
import { filterOf, journalFlags, journalOf } from './webhooks-shared.js'

const usualLimit = 50

export const webhooksList: Command = {
  name: 'webhooks list',
  summary: 'the bodies of webhooks that were kept, the newest first, and what became of each',
  words: [],
  flags: [...journalFlags, 'all-accounts', 'limit', ...everyCommandsFlags],
  async run(context) {
    const journal = await journalOf(context)
    const { limit = usualLimit } = context.flags
    const found: KeptWebhook[] = []
    for (const accountId of await accountsOf(context, journal)) found.push(...(await newest(context, journal, accountId, limit)))
    const webhooks = found.sort((a, b) => b.receivedAt.getTime() - a.receivedAt.getTime()).slice(0, limit)
    return { exitCode: 0, report: { webhooks }, text: () => textOf(webhooks) }
  },
}

async function accountsOf({ flags }: CommandContext, journal: OperatorCalls): Promise<readonly (string | null)[]> {
  if (flags.allAccounts) return everyAccount((asked) => journal.findWebhookAccounts({ of: 'all', ...asked }))
  return [flags.account ?? null]
}

async function newest(
  context: CommandContext,
  journal: OperatorCalls,
  accountId: string | null,
  limit: number,
): Promise<readonly KeptWebhook[]> {
  const found: KeptWebhook[] = []
  for await (const webhook of journal.listWebhooks({ accountId, ...filterOf(context), limit: Math.min(limit, 500) })) {
    found.push(webhook)
    if (found.length === limit) break
  }
  return found
}

function textOf(webhooks: readonly KeptWebhook[]): string {
  if (webhooks.length === 0) return 'There are none.'
  const rows = webhooks.map(({ receivedAt, id, accountId, channel, outcome, attempts, report }) =>
    [receivedAt.toISOString(), id, accountId ?? '(nobody)', channel, outcome, String(attempts), reasonOf(report)].map(oneLine),
  )
  const table = columns([['RECEIVED', 'ID', 'ACCOUNT', 'CHANNEL', 'OUTCOME', 'ATTEMPTS', ''], ...rows])
  return `${table}\n\n${counted(webhooks.length, 'body', 'bodies')}`
}

function reasonOf(report: KeptWebhook['report']): string {
  const reason = report?.error ?? report?.reason
  return typeof reason === 'string' ? reason : ''
}
