import type { CustomerIdentity } from '../identities.js'
import type { Identity } from '../records.js'
import { judge } from './evidence.js'
import { raiseVersions } from './finish-item.js'
import { linkingInbox } from './follow-redirects.js'
import type { ItemStamp } from './item-plan.js'
import { beginLink, linkIdentities } from './link-identities.js'
import { marksOf } from './people.js'
import { toIdentity } from './to-records.js'
import type { World } from './world.js'

export interface Link {
  readonly oaId: string
  readonly operationId: string
  readonly identities: readonly CustomerIdentity[]
  readonly rowIds: readonly string[]
}

export interface Linked {
  readonly outcome: 'linked' | 'unchanged' | 'conflict'
  readonly identities: readonly Identity[]
  readonly conflicts: readonly CustomerIdentity[]
}

/** Links ids that the host knows to be one person's. A call that is sent again finds its own marks. */
export function planLink(world: World, stamp: ItemStamp, link: Link): Linked {
  const { operationId, identities, rowIds } = link
  const oaId = linkingInbox(
    world,
    link.oaId,
    identities.map(({ id }) => id),
  )
  const customerId = identities[0]?.id ?? ''
  const evidence = { oaId, customerId, identities, at: stamp.now, isReceipt: false }
  const judgment = judge(world, evidence)
  const plan = beginLink(world, stamp, operationId)
  const channel = world.inbox(oaId)?.channel ?? 'api'
  linkIdentities(plan, judgment, { ...evidence, rowIds, channel, operationId })
  raiseVersions(plan, null)
  const own = world.contactInbox(oaId, judgment.how === 'conflicts' ? judgment.customerId : customerId)
  const head = own === null || own.canonicalId === null ? own : world.contactInboxById(own.canonicalId)
  const marks = head === null ? [] : marksOf(world, head)
  const isOwn = judgment.how === 'nothing' && marks.some((mark) => mark.operationId === operationId)
  return {
    outcome: judgment.how === 'conflicts' ? 'conflict' : judgment.how === 'links' || isOwn ? 'linked' : 'unchanged',
    identities: marks.map(toIdentity),
    conflicts: judgment.how === 'conflicts' ? judgment.conflicts : [],
  }
}
