import type { Contact } from '../../model/records.js'
import type { ContactTarget, Scoped } from '../../store/adapter.js'
import { contactId } from '../contact-target.js'
import type { PostgresContext } from '../context.js'
import { contactRow, toContact } from '../rows/contact.js'
import { sql } from '../sql.js'

/** A contact, by its id or by one of its customers. Null if there is none. One statement. */
export async function findContact(context: PostgresContext, input: Scoped & ContactTarget): Promise<Contact | null> {
  const [row] = await context.read(
    sql`select ${contactRow.list('p')} from ${context.tables.contacts} p
where p.account_id = ${input.accountId} and p.id = ${contactId(context, input.accountId, input)}`,
    input,
  )
  return row ? toContact(row) : null
}
