import { registerScenarios } from '@dunnage/conformance/scenarios';
import { describe, it } from 'vitest';
import { fs } from './subjects.ts';

await registerScenarios({ describe, it }, fs);
