import type { KeptWebhookBody } from '../../store/webhook-journal-port.js'
import { columns } from '../output/columns.js'
import { oneLine } from '../output/text.js'
import { usageError } from '../usage-error.js'
import type { Command } from './command.js'
import { everyCommandsFlags } from './shared-flags.js'
import { journalOf, tenantFlag } from './webhooks-shared.js'

export const webhooksShow: Command = {
  name: 'webhooks show',
  summary: 'one kept body with its content and its report; name the account whose it is',
  words: [{ name: 'id', optional: false }],
  flags: [...tenantFlag, 'account', ...everyCommandsFlags],
  async run(context) {
    const [id = ''] = context.words
    const { account: accountId = null } = context.flags
    const webhook = await (await journalOf(context)).findWebhook({ accountId, id })
    if (webhook === null) {
      throw usageError(
        'webhooks show',
        accountId === null ? 'finds no such body that is nobody’s; name its --account' : 'finds no such body of this account',
      )
    }
    return { exitCode: 0, report: { webhook: { ...webhook, body: JSON.parse(webhook.body) } }, text: () => textOf(webhook) }
  },
}

function textOf({ body, report, inboxes, ...webhook }: KeptWebhookBody): string {
  const facts = Object.entries(webhook).map(([name, value]) => [name, value instanceof Date ? value.toISOString() : String(value ?? '-')])
  const owned = inboxes.map(({ channel, oaId }) => `${channel} ${oaId}`).join(', ') || '-'
  const told = columns([...facts, ['inboxes', owned]].map((row) => row.map(oneLine)))
  return [told, `report:\n${safeJson(report)}`, `body:\n${safeJson(JSON.parse(body))}`].join('\n\n')
}

/** JSON escapes what could rewrite the terminal, but for what stands above ASCII. */
function safeJson(value: unknown): string {
  return JSON.stringify(value, null, 2).split('\n').map(oneLine).join('\n')
}
