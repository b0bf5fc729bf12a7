import type { EventInput } from '../../src/model/event-inputs.js'
import type { CustomerIdentity } from '../../src/model/identities.js'

/** What one part of a body says of one customer. */
export interface Told {
  readonly customerId: string
  readonly identities: readonly CustomerIdentity[]
  readonly events: readonly EventInput[]
}
