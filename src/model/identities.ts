/**
 * One of the ids by which a payload names a customer. The kinds are an open set: `phone`, `user_id`, `parent_user_id`,
 * `lid`, or the host's own.
 */
export interface CustomerIdentity {
  readonly id: string
  readonly kind: string
}
