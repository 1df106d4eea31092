using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Running;

// A busy machine needs longer than the two minutes that a build gets by default.
var config = ManualConfig.Create(DefaultConfig.Instance).WithBuildTimeout(TimeSpan.FromMinutes(10));
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, config);
