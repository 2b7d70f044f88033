/** What a collector must do, as scenarios that run on any driver. */
export { scenarios } from './catalogue.ts';
export { planScenarios, registerScenarios, type ScenarioPlan } from './register.ts';
export { runScenario, unguarded, worldOf } from './run.ts';
export * from './scenario.ts';
export { differences, snapshot, snapshotOf, surprises, type Snapshot } from './snapshot.ts';
