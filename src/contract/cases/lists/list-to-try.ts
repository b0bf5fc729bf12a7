import type { Conversation } from '../../../model/records.js'
import type { CallOptions, ConversationFilter, PageInput } from '../../../store/inputs.js'
import type { PagedList } from '../../../store/paged-list.js'
import type { Scene } from '../../scene.js'

/**
 * One of the three lists of conversations. `fixed` returns the filter that the list always has, for the conversations
 * of a scene.
 */
export interface ConversationList {
  list(scene: Scene, input: ConversationFilter & PageInput, options?: CallOptions): PagedList<Conversation>
  fixed(conversations: readonly Conversation[], scene: Scene): ConversationFilter
  /** The fields that a conversation must be created with to be in the list. */
  readonly patch: { readonly chatbotId?: string }
}
