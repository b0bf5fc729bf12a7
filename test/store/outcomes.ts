import { isConversationStoreError } from '../../src/model/errors.js'

export const key = { oaId: 'page', customerId: 'customer' }
export const codeOf = (work: PromiseLike<unknown>) =>
  work.then(
    () => 'accepted',
    (error: unknown) => (isConversationStoreError(error) ? error.code : error),
  )

/** The paths at which the input was refused. */
export const pathsOf = (error: unknown) =>
  isConversationStoreError(error, 'VALIDATION_FAILED') && error.details.issues.map(({ path }) => path)
