export type { Calendar } from './calendar.ts'
export { type Forecast, forecast } from './forecast.ts'
export { learn, type Seen } from './learn.ts'
export { type Job, type Model, type NominalStage, newModel } from './model.ts'
