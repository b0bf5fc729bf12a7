import type { CustomerIdentity } from '../model/identities.js'
import type { Scene } from './scene.js'

/** A person known by a phone, and the same person known by a user id. */
export interface TwoPeople {
  readonly phone: Scene
  readonly user: Scene
  readonly both: readonly CustomerIdentity[]
  link(): Promise<unknown>
}

export function twoPeople(scene: Scene): TwoPeople {
  const [phone, user] = [scene, scene.another()]
  const both = [
    { id: phone.customerId, kind: 'phone' },
    { id: user.customerId, kind: 'user_id' },
  ]
  return { phone, user, both, link: () => scene.account.linkCustomerIds({ oaId: scene.oaId, identities: both }) }
}
