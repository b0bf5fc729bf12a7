import { tellStory } from './story.js'

tellStory(process.env.STRESS_SCALE === 'small' ? 5_000 : 100_000, 3_600_000)
