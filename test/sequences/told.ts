import type { EventInput } from '../../src/model/event-inputs.js'
import type { CustomerIdentity } from '../../src/model/identities.js'
import type { Json } from '../../src/model/json.js'
import { field } from './body.js'

/** What one part of a body says of one customer. */
export interface Told {
  readonly customerId: string
  readonly identities: readonly CustomerIdentity[]
  readonly events: readonly EventInput[]
}

const suffixes = { phone: '', user_id: '_user_id', parent_user_id: '_parent_user_id' } as const

/** The ids of one sender or recipient: `from`, `from_user_id`, `from_parent_user_id`. */
export function idsOf(from: Json, name: string): readonly CustomerIdentity[] {
  return Object.entries(suffixes).flatMap(([kind, suffix]) => {
    const id = field(from, `${name}${suffix}`)
    return typeof id === 'string' ? [{ id, kind }] : []
  })
}
