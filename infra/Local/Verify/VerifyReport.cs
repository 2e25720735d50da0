namespace Marketplace.Local.Verify;

internal static class VerifyReport
{
    public static Task<int> RunAsync(CommandLine command) => throw new NotSupportedException(command.Data);
}
