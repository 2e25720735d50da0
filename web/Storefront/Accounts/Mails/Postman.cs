namespace Marketplace.Storefront.Accounts.Mails;

/// <summary>Sends what is in the box; a mail server that is away for a few minutes loses nothing.</summary>
internal sealed partial class Postman(Postbox box, IMailSender sender, TimeProvider clock, ILogger<Postman> log) : BackgroundService
{
    private static readonly TimeSpan[] _waits = [TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(180)];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var mail in box.ReadAllAsync(stoppingToken))
        {
            await DeliverAsync(mail, stoppingToken);
        }
    }

    private async Task DeliverAsync(Mail mail, CancellationToken token)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await sender.SendAsync(mail, token);
                return;
            }
            catch (Exception failure) when (failure is System.Net.Mail.SmtpException or IOException or FormatException && !token.IsCancellationRequested)
            {
                if (failure is FormatException || attempt == _waits.Length)
                {
                    LogGivenUp(failure);
                    return;
                }
                LogTryingAgain(_waits[attempt], failure.Message);
                await Task.Delay(_waits[attempt], clock, token);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "An account mail could not be sent, trying again in {Wait}: {Reason}")]
    private partial void LogTryingAgain(TimeSpan wait, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "An account mail was given up")]
    private partial void LogGivenUp(Exception failure);
}
