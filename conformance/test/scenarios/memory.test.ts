import { registerScenarios } from '@dunnage/conformance/scenarios';
import { PROFILE_NAMES } from '@dunnage/driver-memory';
import { describe, it } from 'vitest';
import { memory } from './subjects.ts';

for (const profile of PROFILE_NAMES) await registerScenarios({ describe, it }, memory(profile));
