import { toIdentity } from '../../model/planning/to-records.js'
import type { LinkCustomerIds, LinkResult } from '../../store/adapter.js'
import { columns } from '../columns.js'
import type { PostgresContext } from '../context.js'
import { json } from '../readers.js'
import { type StoredMark, toMark } from '../rows/identity.js'
import { sql, timestampText } from '../sql.js'

interface Linked {
  readonly outcome: LinkResult['outcome']
  readonly identities: readonly StoredMark[]
  readonly conflicts: LinkResult['conflicts']
}

const linkedRow = columns({ result: json<Linked> })

/**
 * Links the customer ids of one person, by the SQL function that a program in another language calls. One statement.
 */
export async function linkCustomerIds(context: PostgresContext, input: LinkCustomerIds): Promise<LinkResult> {
  const payload = {
    account_id: input.accountId,
    oa_id: input.oaId,
    operation_id: input.operationId,
    now: input.now === null ? undefined : timestampText(input.now),
    identities: input.identities,
    contact_inbox_ids: input.rowIds,
  }
  const [row = {}] = await context.write(sql`select ${context.fn('link_customer_ids')}(${JSON.stringify(payload)}::jsonb) as result`, input)
  const { outcome, identities, conflicts } = json(linkedRow.of(row).result)
  return { outcome, identities: identities.map(toMark).map(toIdentity), conflicts }
}
