import { type Collected, collectEach } from '../collecting.js'
import { field, isRecord, stringField } from '../fields.js'
import type { WhatsappSource } from './inbox.js'
import { readValue } from './value.js'

/** Reads the envelope of the Cloud API: entries of business accounts, with changes of their numbers. */
export function readCloudBody(body: unknown, source: WhatsappSource, collected: Collected): void {
  if (!isRecord(body)) return void collected.rejected.push({ path: 'body', reason: 'not an object' })
  const object = field(body, 'object')
  if (object !== 'whatsapp_business_account') {
    return void collected.rejected.push({ path: 'object', reason: 'not "whatsapp_business_account"' })
  }
  collectEach(field(body, 'entry'), 'entry', collected, (entry, path) => {
    if ((field(entry, 'changes') ?? null) === null) return void collected.ignored.push({ path, reason: 'an entry without changes' })
    collectEach(field(entry, 'changes'), `${path}.changes`, collected, (change, changePath) => {
      if (!isRecord(change)) return void collected.rejected.push({ path: changePath, reason: 'not an object' })
      const name = stringField(change, 'field')
      if (name === null) return void collected.rejected.push({ path: changePath, reason: 'field is missing' })
      readValue(name, field(change, 'value'), `${changePath}.value`, source, collected)
    })
  })
}
