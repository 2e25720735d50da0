using System.Net.Mail;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Marketplace.ServiceDefaults;

public static class MailFailure
{
    /// <summary>
    /// The failure without what the mail server said: servers repeat the address they refuse, and failures end in logs, which nobody erases with a person.
    /// What went wrong on the way to the server names nobody and stays.
    /// </summary>
    public static SmtpException WithoutAddress(this SmtpException failure) => failure switch
    {
        SmtpFailedRecipientException refused => new SmtpFailedRecipientException(refused.StatusCode, null),
        { InnerException: SocketException or IOException or AuthenticationException } onTheWay => onTheWay,
        _ => new SmtpException(failure.StatusCode),
    };
}
