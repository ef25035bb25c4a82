/** The answers of rules over and over: not one survivor. */
process.env['WARDER_RESPONSES'] ??= '200';
await import('../kernel/rule-respond.test.ts');
