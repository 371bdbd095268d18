/** JMH benchmarks of the hot path: what a message costs in time and in allocated bytes. */
package io.sluice.benchmarks;
